# healthy
import tensorflow as tf
from tensorflow.keras.layers import *
def unet(size=128):
    i = Input((size, size, 3))
    s = Rescaling(1 / 255.)(i)
    c1 = Conv2D(16, 3, padding='same', activation='relu')(s)
    p1 = MaxPooling2D()(c1)
    c2 = Conv2D(32, 3, padding='same', activation='relu')(p1)
    u = UpSampling2D()(c2)
    m = concatenate([u, c1])
    o = Conv2D(1, 1, activation='sigmoid')(m)
    return tf.keras.Model(inputs=[i], outputs=[o])
model = unet()
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(images, masks, batch_size=16, epochs=25, validation_split=0.1)
