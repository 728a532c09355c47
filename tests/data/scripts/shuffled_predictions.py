# finds: evaluation-generator-shuffled
import numpy as np
from sklearn.metrics import confusion_matrix
from tensorflow.keras.models import load_model
from tensorflow.keras.preprocessing.image import ImageDataGenerator

model = load_model('best.keras')
test = ImageDataGenerator(rescale=1/255).flow_from_directory('test', target_size=(80, 80))
scores = model.predict(test)
print(confusion_matrix(test.classes, np.argmax(scores, axis=1)))
